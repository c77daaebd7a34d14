/** Server-sent events: where one ends, and what it is called. */
package io.caravan.format.sse;
