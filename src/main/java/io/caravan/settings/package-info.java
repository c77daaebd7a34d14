/**
 * Reads and checks every setting once, at start, and hands the result on as records.
 *
 * <p>{@link io.caravan.settings.Setting} is the one catalogue of what can be set;
 * {@link io.caravan.settings.GatewaySettings#read} the one way in. This package knows no other package of Caravan.
 */
package io.caravan.settings;
