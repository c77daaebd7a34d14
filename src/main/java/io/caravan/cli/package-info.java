/** The commands of {@code bin/caravan}. */
package io.caravan.cli;
