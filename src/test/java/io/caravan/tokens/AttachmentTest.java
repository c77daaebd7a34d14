/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttachmentTest {

    private static final int ONE_MESSAGE = 4;
    private static final int ONE_MESSAGE_OLDER = 6;
    private static final TokenEstimator ESTIMATOR = new TokenEstimator();

    /** Real files of the JDK's own writers. */
    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg", "gif"})
    void anImageCostsItsPixels(String format) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(new BufferedImage(1000, 600, BufferedImage.TYPE_INT_RGB), format, file));
        assertEquals(800, image(file.toByteArray(), false));
        assertEquals(800, image(file.toByteArray(), true));
    }

    /** VP8, VP8L and VP8X, 300 x 200: the headers as the container's specification gives them. */
    @ParameterizedTest
    @ValueSource(strings = {
        "52494646000000005745425056503820000000000000009d012a2c01c800",
        "52494646000000005745425056503858000000000000000" + "02b0100c70000",
    })
    void webpToo(String hex) {
        assertEquals(80, image(HexFormat.of().parseHex(hex), true));
    }

    @Test
    void losslessWebpToo() {
        ByteBuffer file = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF____WEBPVP8L____/".getBytes(StandardCharsets.US_ASCII)).putInt(299 | 199 << 14);
        assertEquals(80, image(file.array(), true));
    }

    @ParameterizedTest
    @CsvSource({"3000, 1000, 1093, 2950", "4000, 4000, 1600, 4800", "1568, 100, 210, 210", "1, 1, 1, 1",
        "2147483647, 1, 1, 1"})
    void aLargeImageIsScaledDown(int width, int height, long older, long newer) {
        byte[] png = ByteBuffer.allocate(33).put(HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452"))
                .putInt(width).putInt(height).array();
        assertEquals(older, image(png, false));
        assertEquals(newer, image(png, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ffd8", "89504e470d0a1a0a0000000d4948445200000000", "ffd8ffe0", "ffd8ffe0fffe00",
        "47494638"})
    void whatHidesItsSizeCountsAsTheLargest(String hex) {
        assertEquals(4800, image(HexFormat.of().parseHex(hex), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u00e9\\u00e9", "====", "a", "not base64 at all!"})
    void soDoesWhatIsNoBase64(String data) {
        assertEquals(1600, estimate(block("image", data), false));
    }

    @Test
    void whatIsElsewhereCountsAsAMiddlingOne() {
        String image = "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://example.com/a.png\"}}";
        assertEquals(1600, estimate(image, true));
        String document = "{\"source\":{\"type\":\"file\",\"file_id\":\"f\"},\"type\":\"document\"}";
        assertEquals(20_000, estimate(document, true));
        String inResult = "{\"content\":[" + image + "],\"type\":\"tool_result\",\"tool_use_id\":\"t\"}";
        assertEquals(1600, estimate(inResult, true));
    }

    @Test
    void aPlainPdfCostsItsPages() {
        String two = "7 0 obj <</Type /Page /Parent 1 0 R>> endobj " + "x".repeat(70_000)
                + " 8 0 obj <</Type/Page>> endobj\n";
        String pdf = "%PDF-1.4\n1 0 obj <</Type /Pages /Count 12>> endobj " + two.repeat(6)
                + " trailer <</Size 99>>\nstartxref\n%%EOF";
        assertEquals(24_000, document(pdf));
    }

    @ParameterizedTest
    @ValueSource(ints = {49_119, 49_121, 49_140, 49_145, 49_147, 49_150, 49_152, 98_297, 98_304})
    void aMarkAcrossTwoPiecesIsSeenOnce(int at) {
        String start = "%PDF-1.4\n";
        String pdf = start + "x".repeat(at - start.length()) + "/Type /Page >>" + "x".repeat(100_000);
        assertEquals(2000, document(pdf));
    }

    @Test
    void aPackedPdfIsGuessedFromItsSize() {
        assertEquals(50_000 / 40 + 750, document("%PDF-1.7\n<</Type /ObjStm>>" + "x".repeat(79_975)), 5);
        assertEquals(2000, document("%PDF-1.7\n"));
        assertEquals(200_000, document("%PDF-1.7\n<</Type /ObjStm>>" + "x".repeat(12_000_000)));
    }

    /** What cannot be decoded shows that its bytes are passed over. */
    @Test
    @Timeout(60)
    void aBodyOfThirtyMegabytesIsNotDecodedWhole() {
        byte[] head = new byte[60_000];
        System.arraycopy(HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452000003e800000258"), 0, head, 0, 24);
        byte[] body = body(block("image", Base64.getEncoder().encodeToString(head) + "=".repeat(30_000_000)));
        assertEquals(800 + ONE_MESSAGE, ESTIMATOR.estimate(body, true));
    }

    private static long image(byte[] file, boolean newTokenizer) {
        return estimate(block("image", Base64.getEncoder().encodeToString(file)), newTokenizer);
    }

    private static long document(String pdf) {
        byte[] file = pdf.getBytes(StandardCharsets.US_ASCII);
        return estimate(block("document", Base64.getEncoder().encodeToString(file)), true);
    }

    private static String block(String type, String data) {
        return "{\"source\":{\"data\":\"" + data + "\",\"type\":\"base64\",\"media_type\":\"m\"},\"type\":\"" + type + "\"}";
    }

    private static long estimate(String block, boolean newTokenizer) {
        return ESTIMATOR.estimate(body(block), newTokenizer) - (newTokenizer ? ONE_MESSAGE : ONE_MESSAGE_OLDER);
    }

    private static byte[] body(String block) {
        return ("{\"messages\":[{\"role\":\"user\",\"content\":[" + block + "]}]}").getBytes(StandardCharsets.UTF_8);
    }
}
