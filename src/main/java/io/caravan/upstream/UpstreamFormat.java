package io.caravan.upstream;

import io.caravan.call.GatewayCall;
import io.caravan.format.json.MalformedBody;

/** The format an upstream speaks: makes of a client's request, whichever format it has, one the upstream takes. */
interface UpstreamFormat {

    /** @throws MalformedBody if the request cannot be one of this format without changing its meaning */
    PreparedRequest prepare(GatewayCall call, Upstream backend, String model);
}
