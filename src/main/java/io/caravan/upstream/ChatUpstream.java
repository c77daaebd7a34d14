package io.caravan.upstream;

import io.caravan.call.GatewayCall;
import io.caravan.convert.AnswerTranslation;
import io.caravan.convert.ChainedTranslation;
import io.caravan.convert.ChatOptions;
import io.caravan.format.json.Edit;
import io.caravan.format.ModelRequest;
import io.caravan.format.ModelTraits;
import io.caravan.format.WireFormat;
import io.caravan.learning.Refusals;
import io.caravan.format.chat.ToolNames;
import io.caravan.convert.messagestochat.AnswerContext;
import io.caravan.convert.messagestochat.ChatToMessages;
import io.caravan.convert.chattochat.ChatToChat;
import io.caravan.convert.chattomessages.MessagesToChat;
import io.caravan.convert.messagestochat.ChatRequest;
import io.caravan.convert.chattochat.ChatRewrite;
import io.caravan.routing.ModelRouting;
import io.caravan.provider.ChatDialect;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Requests for an upstream of the OpenAI chat format: a Messages request converted, or a chat request made to fit. */
final class ChatUpstream implements UpstreamFormat {

    private final ModelRouting routing;
    private final UnaryOperator<String> images;

    /** @param images gives an image's public URL back as a data URL; null where none is fetched */
    ChatUpstream(ModelRouting routing, UnaryOperator<String> images) {
        this.routing = routing;
        this.images = images;
    }

    @Override
    public PreparedRequest prepare(GatewayCall call, Upstream backend, String model) {
        ModelRequest request = call.request();
        ModelTraits traits = routing.traits(model);
        ChatDialect dialect = (ChatDialect) backend.dialect();
        String modelPath = dialect.modelPath(model);
        boolean inPath = !modelPath.isEmpty();
        boolean strict = backend.needsStrictSchema(model, request);
        ChatOptions options = new ChatOptions(dialect, inPath ? null : model, traits, backend.rules(), strict,
                call.headers().first("x-claude-code-session-id"), images);
        byte[] body;
        Set<String> dropped;
        AnswerTranslation translation;
        if (call.format() == WireFormat.CHAT) {
            ChatRewrite.Result rewritten = ChatRewrite.of(request.body(), options);
            body = rewritten.body();
            dropped = rewritten.dropped();
            translation = toChat(dialect.answersInLists() && ModelRequest.scan(body).has("thinking"), request);
        } else {
            ChatRequest converted = ChatRequest.of(request.body(), options);
            body = converted.body();
            dropped = converted.dropped();
            translation = new ChatToMessages(context(request, converted));
        }
        String path = inPath ? backend.settings().url().getRawPath() + modelPath : null;
        return new PreparedRequest(without(backend.refusals(model), body), path, translation, dropped, strict,
                true);
    }

    /** @param lists whether answers may come as lists of reasoning and text, which no OpenAI client reads */
    private static AnswerTranslation toChat(boolean lists, ModelRequest request) {
        boolean usage = request.isTrue("stream_options", "include_usage");
        return !lists ? new ChatToChat(request.model(), usage) : new ChainedTranslation(
                new ChatToMessages(new AnswerContext(request.model(), new ToolNames(), true, false, false, 0)),
                new MessagesToChat(request.model(), usage));
    }

    private static AnswerContext context(ModelRequest request, ChatRequest converted) {
        return new AnswerContext(request.model(), converted.toolNames(), converted.thinkingAsked(),
                converted.thinkingOmitted(), converted.jsonTool(), 0);
    }

    private static List<Edit.Slice> without(Refusals refused, byte[] body) {
        return refused.isEmpty() ? List.of(new Edit.Slice(body, 0, body.length))
                : refused.apply(ModelRequest.scan(body), null);
    }
}
