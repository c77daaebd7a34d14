/** From the model a client asks for to the model an upstream is sent: the table of {@code models.yaml}. */
package io.caravan.routing;
