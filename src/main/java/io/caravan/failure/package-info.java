/** What a failure means: whose fault it is, what the client is told, and what the gateway does about it. */
package io.caravan.failure;
