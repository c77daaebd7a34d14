/** JSON as bytes: reading, editing in place, writing. No I/O. */
package io.caravan.format.json;
