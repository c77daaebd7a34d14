/** Wire formats: reading, editing and writing them. Pure functions over bytes: no I/O, no Camel, nothing of the other rooms. */
package io.caravan.format;
