/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import java.util.ArrayList;
import java.util.List;

/**
 * The thinking of the last assistant turn; that of earlier ones is not billed. A turn goes on while its tools are
 * answered, so it ends at a user message without a tool result.
 */
final class ThinkingOfTurn {

    private final List<String> texts = new ArrayList<>();
    private final List<String> ofMessage = new ArrayList<>();
    private long sealed;
    private long sealedOfMessage;
    private long sealOfBlock;
    private String textOfBlock = "";
    private boolean toolResult;
    private boolean turnEnded;

    void text(String thinking) {
        textOfBlock = thinking;
    }

    /** The length of a signature or of redacted data, which is all there is when the text is not shown. */
    void seal(long length) {
        sealOfBlock = length;
    }

    void endBlock(String type) {
        switch (type) {
            case "thinking" -> endThinking();
            case "redacted_thinking" -> sealedOfMessage += sealOfBlock;
            case "tool_result" -> toolResult = true;
            default -> {
            }
        }
        textOfBlock = "";
        sealOfBlock = 0;
    }

    private void endThinking() {
        if (textOfBlock.isEmpty()) {
            sealedOfMessage += sealOfBlock;
        } else {
            ofMessage.add(textOfBlock);
        }
    }

    void endMessage(String role) {
        if (role.equals("assistant")) {
            if (turnEnded) {
                texts.clear();
                sealed = 0;
            }
            turnEnded = false;
            texts.addAll(ofMessage);
            sealed += sealedOfMessage;
        } else if (role.equals("user") && !toolResult) {
            turnEnded = true;
        }
        ofMessage.clear();
        sealedOfMessage = 0;
        toolResult = false;
    }

    List<String> texts() {
        return texts;
    }

    long sealed() {
        return sealed;
    }
}
