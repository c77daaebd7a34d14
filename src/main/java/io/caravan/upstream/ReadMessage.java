package io.caravan.upstream;

import io.caravan.call.UpstreamFault;
import io.caravan.convert.AnswerTranslation;
import io.caravan.format.json.Edit;
import io.caravan.format.json.MalformedBody;
import io.caravan.convert.UpstreamError;
import io.caravan.format.messages.MessageAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Reads a JSON answer to its end and brings it into the client's format, still inside the circuit breaker: an answer
 * cut short is the upstream's failure, and another upstream may serve. Leaves an event stream alone. Blocks.
 */
public final class ReadMessage implements Processor {

    private final int longest;

    /** @param longest the most bytes an answer may have */
    public ReadMessage(int longest) {
        this.longest = longest;
    }

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = Attempt.of(exchange);
        String type = attempt.header("content-type");
        if (type == null ? attempt.call().request().stream() : type.toLowerCase(Locale.ROOT).startsWith("text/event-stream")) {
            return;
        }
        byte[] body;
        try {
            body = read(attempt);
        } catch (IOException e) {
            throw attempt.failed(e);
        } finally {
            attempt.done();
        }
        if (body.length > longest) {
            attempt.cut();
            throw attempt.lying("answered with more than " + longest + " bytes.");
        }
        if (body.length == 0) {
            throw attempt.lying("answered with an empty body.");
        }
        try {
            attempt.message(translated(attempt, body));
        } catch (UpstreamError e) {
            throw UpstreamFault.of(e);
        } catch (MalformedBody e) {
            throw attempt.lying("answered with a message that is " + e.getMessage() + ".");
        }
    }

    private static AnswerTranslation.Message translated(Attempt attempt, byte[] body) {
        if (attempt.translation() != null) {
            return attempt.translation().message(body);
        }
        MessageAnswer facts = MessageAnswer.read(body, 0, body.length);
        if (facts.error()) {
            throw attempt.lying("answered " + attempt.status() + " with an error inside.");
        }
        if (attempt.call().request().stream() && !facts.content()) {
            throw attempt.lying("answered " + attempt.status() + " with JSON that is no message.");
        }
        String model = attempt.call().request().model();
        return new AnswerTranslation.Message(Edit.applied(body, facts.withModel(model)), facts.usage());
    }

    /** Reads to the end, or one byte over the limit; into one array where the length was announced. */
    private byte[] read(Attempt attempt) throws IOException {
        String announced = attempt.header("content-length");
        InputStream in = attempt.stream();
        if (announced == null || announced.length() > 9 || Integer.parseInt(announced) >= longest) {
            return in.readNBytes(longest + 1);
        }
        byte[] body = new byte[Integer.parseInt(announced)];
        int length = in.readNBytes(body, 0, body.length);
        byte[] more = in.readNBytes(longest + 1 - length);
        if (length == body.length && more.length == 0) {
            return body;
        }
        byte[] whole = Arrays.copyOf(body, length + more.length);
        System.arraycopy(more, 0, whole, length, more.length);
        return whole;
    }
}
