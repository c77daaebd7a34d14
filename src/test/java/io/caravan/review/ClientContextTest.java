/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.caravan.review.ToolReview.Context;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where Claude Code 2.1.329 says it works. */
class ClientContextTest {

    private static final String FOLDERS = "\"trusted_directories\":{\"primary\":{\"path\":\"/w/a\",\"resolved\":[\"/real/a\"]},"
            + "\"additional\":[{\"path\":\"/w/b\",\"resolved\":[],\"source\":\"session\"}],\"network\":[\"//x/y\"],\"block_reads_outside_working_directories\":false}";

    @Test
    void theFoldersAndTheHomeAreRead() {
        assertEquals(new Context(List.of("/w/a", "/real/a", "/w/b"), Optional.of("/home/x")),
                read("{\"live_cwd\":\"/w/a/src\",\"home_dir\":\"/home/x\"," + FOLDERS + "}"));
        assertEquals(List.of("/w/a", "/real/a", "/w/b"), read("{" + FOLDERS + "}").folders());
    }

    @Test
    void aShellThatIsElsewhereTellsNothingOfFolders() {
        assertEquals(List.of(), read("{\"live_cwd\":\"/etc\"," + FOLDERS + "}").folders());
        assertEquals(List.of(), read("{\"live_cwd\":\"/w/a/../x\"," + FOLDERS + "}").folders());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", "1", "[1,null]", "{\"classifier_context\":1}", "[{\"classifier_context\":{\"trusted_directories\":[]}}]",
        "{\"classifier_context\":{\"trusted_directories\":{\"primary\":7,\"additional\":{}},\"home_dir\":[]}}",
        "{\"classifier_context\":{\"trusted_directories\":{\"primary\":{\"path\":\"relative\"}},\"home_dir\":\"\"}}"})
    void whatIsNotKnownIsNotThere(String safeguards) {
        assertEquals(Context.UNKNOWN, ToolReview.contextOf(Example.json(safeguards)));
    }

    private static Context read(String context) {
        return ToolReview.contextOf(Example.json("[{\"type\":\"dangerous_tool_use\",\"classifier_context\":" + context + "}]"));
    }
}
