/** A Messages client in front of an upstream of the chat format. */
package io.caravan.convert.messagestochat;
