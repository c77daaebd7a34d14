/** Circuit breakers and failing over. Alone knows resilience4j. */
package io.caravan.resilience;
