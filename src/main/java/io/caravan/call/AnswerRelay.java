package io.caravan.call;

/** Gives the stream of an answer to the client. Made where the answer begins, run to its end where it is written. */
public interface AnswerRelay {

    /**
     * Relays to the end of the stream and ends the client's response; blocks until then.
     *
     * @throws UpstreamFault if the upstream fails before anything went out
     * @throws StreamBroken  if it fails later
     * @throws ClientGone    if the client leaves
     */
    void run();
}
