/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

/** An error answer: its status, its type in Anthropic's words, and its message. */
final class Refusal extends Exception {

    private final int status;
    private final int httpStatus;
    private final String type;
    private final boolean flat;

    private Refusal(int status, int httpStatus, String type, String message, boolean flat) {
        super(message, null, false, false);
        this.status = status;
        this.httpStatus = httpStatus;
        this.type = type;
        this.flat = flat;
    }

    Refusal(int status, String type, String message) {
        this(status, status, type, message, false);
    }

    Refusal(int status, String message) {
        this(status, ErrorBody.typeOf(status), message);
    }

    /** An error of which only the body tells, under a 200; the type may be a status instead. */
    static Refusal inside200(String type, String message) {
        if (type.matches("\\d{3}")) {
            int status = Integer.parseInt(type);
            return new Refusal(status, 200, ErrorBody.typeOf(status), message, false);
        }
        return new Refusal(ErrorBody.statusOf(type), 200, type, message, false);
    }

    /** An error whose message the dialect does not wrap into another upstream's. */
    static Refusal flat(int status, String type, String message) {
        return new Refusal(status, status, type, message, true);
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

    /** The status of the answer's head, the same unless the error hides in a 200. */
    int httpStatus() {
        return httpStatus;
    }

    /** Whether the message stands in the dialect's envelope as it is. */
    boolean isFlat() {
        return flat;
    }

    String type() {
        return type;
    }
}
