package io.caravan.upstream;

import io.caravan.convert.AnswerTranslation;
import io.caravan.format.json.Edit;
import java.util.List;
import java.util.Set;

/**
 * A request as one upstream takes it.
 *
 * @param body         its bytes, in slices
 * @param path         the path it is posted to where the backend's own does not do, else null
 * @param translation  how the answer comes into the client's format; null where it is in it already
 * @param dropped      what was left out on purpose
 * @param strictSchema whether the tools' schemas were reduced to what every upstream takes
 * @param toModel      whether it asks for a model's answer
 */
record PreparedRequest(List<Edit.Slice> body, String path, AnswerTranslation translation, Set<String> dropped,
        boolean strictSchema, boolean toModel) {

    static PreparedRequest ofBytes(List<Edit.Slice> body) {
        return new PreparedRequest(body, null, null, Set.of(), false, true);
    }

    /** A request that asks for no answer of a model. */
    static PreparedRequest ofCount(List<Edit.Slice> body) {
        return new PreparedRequest(body, null, null, Set.of(), false, false);
    }

    int length() {
        int sum = 0;
        for (Edit.Slice slice : body) {
            sum += slice.length();
        }
        return sum;
    }

    /** All slices as one array. */
    byte[] bytes() {
        byte[] bytes = new byte[length()];
        int at = 0;
        for (Edit.Slice slice : body) {
            System.arraycopy(slice.bytes(), slice.offset(), bytes, at, slice.length());
            at += slice.length();
        }
        return bytes;
    }
}
