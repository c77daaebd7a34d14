/** What an upstream was found to refuse, or must not be sent: read from its words, and cut out of requests. */
package io.caravan.learning;
