package io.caravan.upstream;

import io.caravan.call.GatewayCall;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import io.caravan.convert.chattomessages.MessagesBody;
import io.caravan.convert.chattomessages.MessagesToChat;
import io.caravan.routing.ModelRouting;

/** Requests for a Messages upstream: a Messages client's own bytes, or an OpenAI client's request converted. */
final class MessagesUpstream implements UpstreamFormat {

    private final ModelRouting routing;

    MessagesUpstream(ModelRouting routing) {
        this.routing = routing;
    }

    @Override
    public PreparedRequest prepare(GatewayCall call, Upstream backend, String model) {
        if (call.format() == WireFormat.MESSAGES) {
            return PreparedRequest.ofBytes(backend.refusals(model).apply(call.request(), model));
        }
        MessagesBody converted = MessagesBody.of(call.request().body(), model, routing.traits(model));
        return new PreparedRequest(backend.refusals(model).apply(ModelRequest.read(converted.body()), model), null,
                new MessagesToChat(call.request().model(), converted.includeUsage()), converted.dropped(), false, true);
    }
}
