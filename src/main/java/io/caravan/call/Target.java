package io.caravan.call;

/** Where a request goes: a backend by its name in the routes, and the model's name there. */
public record Target(String backend, String model) {
}
