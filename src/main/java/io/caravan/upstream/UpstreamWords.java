package io.caravan.upstream;

import io.caravan.call.GatewayCall;
import io.caravan.convert.UpstreamError;
import io.caravan.format.WireFormat;
import io.caravan.format.messages.ErrorBody;
import io.caravan.convert.messagestochat.ChatErrors;
import io.caravan.convert.messagestochat.SafeWording;
import java.nio.charset.StandardCharsets;

/**
 * What an upstream said with an error status, in the Messages format's terms.
 *
 * @param status the status it means, which an error code inside may correct
 * @param body   the upstream's own body, with the credential blotted out, where clients of {@code format} may see it as it
 *               is; else null
 */
record UpstreamWords(int status, String type, String message, byte[] body, WireFormat format) {

    static UpstreamWords of(Attempt attempt) {
        return attempt.upstream().format() == WireFormat.MESSAGES ? ofMessages(attempt) : ofChat(attempt);
    }

    private static UpstreamWords ofMessages(Attempt attempt) {
        int status = attempt.status();
        ErrorBody.Reading reading = ErrorBody.read(attempt.errorBody());
        boolean noSuchModel = status == 404 && (reading.anthropic() || reading.code() != null);
        String words = words(attempt, reading.message());
        String message = noSuchModel ? "model: " + attempt.call().request().model()
                : isTheClients(status) ? words : SafeWording.of(words);
        return new UpstreamWords(status, ErrorBody.typeOf(status), message, reading.anthropic() ? masked(attempt) : null,
                WireFormat.MESSAGES);
    }

    /** Whether the status says what the client did wrong: it must read the upstream's very words (rule 6). */
    private static boolean isTheClients(int status) {
        return status == 400 || status == 413 || status == 422;
    }

    private static UpstreamWords ofChat(Attempt attempt) {
        GatewayCall call = attempt.call();
        UpstreamError error = ChatErrors.read(attempt.status(), attempt.errorBody(), call.request().model());
        boolean openAi = error.status() == attempt.status() && isTheClients(attempt.status())
                && attempt.errorBody() != null && ErrorBody.read(attempt.errorBody()).openAi();
        return new UpstreamWords(error.status(), error.type(), words(attempt, error.getMessage()),
                openAi ? masked(attempt) : null, WireFormat.CHAT);
    }

    private static String words(Attempt attempt, String message) {
        return message != null ? attempt.upstream().masked(message)
                : "The upstream (" + attempt.backend() + ") refused the request: " + attempt.status() + ".";
    }

    /** The body as it came, unless it repeats the credential. */
    private static byte[] masked(Attempt attempt) {
        byte[] body = attempt.errorBody();
        String text = new String(body, StandardCharsets.UTF_8);
        String masked = attempt.upstream().masked(text);
        return masked.equals(text) ? body : masked.getBytes(StandardCharsets.UTF_8);
    }
}
