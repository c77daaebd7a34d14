/** A Messages client in front of a Messages upstream: the byte lane. */
package io.caravan.convert.messagestomessages;
