package io.caravan.call;

/** The client has left: nothing is to be answered, and no upstream is to blame. */
public final class ClientGone extends RuntimeException {

    public ClientGone() {
        super("The client has left.", null, false, false);
    }
}
