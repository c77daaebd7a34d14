/** The Anthropic Messages format: request, answer, stream events and errors. */
package io.caravan.format.messages;
