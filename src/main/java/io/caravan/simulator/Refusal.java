package io.caravan.simulator;

/** An error answer: its status, its type in Anthropic's words, and its message. */
final class Refusal extends Exception {

    private final int status;
    private final String type;

    Refusal(int status, String type, String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
    }

    Refusal(int status, String message) {
        this(status, ErrorBody.typeOf(status), message);
    }

    static Refusal badRequest(String message) {
        return new Refusal(400, message);
    }

    /** What a validator says of a field it does not know. */
    static Refusal extraInput(String path) {
        return badRequest(path + ": Extra inputs are not permitted");
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }
}
