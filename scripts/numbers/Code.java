package numbers;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is counted in the text of one file.
 *
 * @param lines     all its lines
 * @param codeLines those with more than white space, a comment, an import or the package
 * @param code      its text with the same lines, those of comments, imports and the package empty
 */
record Code(int lines, int codeLines, String code) {

    private static final Pattern COMMENT_OR_LITERAL = Pattern.compile(
            "(?s)(//[^\\n]*|/\\*.*?\\*/)|\"\"\".*?(?<!\\\\)\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])*'");
    private static final Pattern IMPORT = Pattern.compile("(?m)^\\s*(import|package)\\s[^;]*;");
    private static final Pattern PROVIDER = Pattern.compile("(?i)databricks|openrouter|litellm");
    private static final Pattern RETRY = Pattern.compile("(?i)retry[-_]?after|should[-_]?retry");

    static Code of(String source) {
        String code = COMMENT_OR_LITERAL.matcher(source).replaceAll(match ->
                Matcher.quoteReplacement(match.group(1) == null ? match.group() : lineEnds(match.group())));
        code = IMPORT.matcher(code).replaceAll(match -> lineEnds(match.group()));
        return new Code((int) source.lines().count(), (int) code.lines().filter(line -> !line.isBlank()).count(), code);
    }

    private static String lineEnds(String text) {
        return text.replaceAll("[^\\n]", "");
    }

    void count(String file, Found found) {
        if (!("/" + file).contains("/provider/")) {
            first(Row.PROVIDERS, PROVIDER, file, found);
        }
        first(Row.RETRY, RETRY, file, found);
        if (lines > 300) {
            found.add(Row.LONGEST, file, 1, lines + " lines");
        }
    }

    private void first(Row row, Pattern words, String file, Found found) {
        Matcher match = words.matcher(code);
        if (match.find()) {
            long line = code.substring(0, match.start()).chars().filter(c -> c == '\n').count() + 1;
            found.add(row, file, line, match.group() + ", " + (1 + match.results().count()) + " in the file");
        }
    }
}
