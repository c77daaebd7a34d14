/** Towards the client: accept a request, check its key, read its body, write the answer. Alone knows Vert.x. */
package io.caravan.client;
