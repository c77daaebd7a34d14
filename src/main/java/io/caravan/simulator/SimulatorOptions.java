package io.caravan.simulator;

/**
 * How a {@link Simulator} behaves.
 *
 * @param strict      whether requests are refused as the real upstream would refuse them; without it only a body that is
 *                    no JSON object and a wrong {@code token} are refused
 * @param token       the credential that every dialect accepts, in the dialect's own form; null accepts any non-empty one
 * @param port        the port on the loopback interface, 0 for a free one
 * @param recordLimit how many of the newest requests are kept, 0 to keep none
 */
public record SimulatorOptions(boolean strict, String token, int port, int recordLimit) {

    public SimulatorOptions {
        if (recordLimit < 0) {
            throw new IllegalArgumentException("recordLimit must not be negative: " + recordLimit);
        }
    }

    /** Strict, any credential, a free port, the last 1000 requests kept. */
    public static SimulatorOptions defaults() {
        return new SimulatorOptions(true, null, 0, 1000);
    }

    public SimulatorOptions withStrict(boolean value) {
        return new SimulatorOptions(value, token, port, recordLimit);
    }

    public SimulatorOptions withToken(String value) {
        return new SimulatorOptions(strict, value, port, recordLimit);
    }

    public SimulatorOptions withPort(int value) {
        return new SimulatorOptions(strict, token, value, recordLimit);
    }

    public SimulatorOptions withRecordLimit(int value) {
        return new SimulatorOptions(strict, token, port, value);
    }
}
