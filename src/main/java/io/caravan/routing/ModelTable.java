package io.caravan.routing;

import io.caravan.settings.Backend;
import io.caravan.settings.SettingsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which model an upstream is sent for the model a client asks for; immutable.
 *
 * <p>The file is one YAML map with a section a backend, each a map of rows {@code name: target}, read top to bottom;
 * the first that matches wins. A name may hold {@code *} (any text), {@code {family}} (lower-case letters),
 * {@code {major}} and {@code {minor}} (one or two digits), {@code {date}} (eight digits) and {@code {rest}} (any text
 * that is not empty); a target may hold what its name captures, and {@code {model}}, the name that matched.
 */
public final class ModelTable {

    private static final String PREFIX = "anthropic/";
    private static final int LONGEST_NAME = 256;

    private final Map<String, List<ModelRow>> sections;

    /**
     * The name to send.
     *
     * @param byDefault whether only the row {@code *} matched and put another name in the place of the client's
     */
    public record Match(String model, boolean byDefault) {}

    ModelTable(Map<String, List<ModelRow>> sections) {
        this.sections = sections;
    }

    /**
     * Reads a table.
     *
     * @param sourceName what to call the text in messages, such as its file name
     * @throws SettingsException naming the line, if the text is not a table
     */
    public static ModelTable parse(String yaml, String sourceName) {
        return new ModelTable(new ModelTableReader(sourceName, Backend.ids()).read(yaml));
    }

    /**
     * What the backend is sent for {@code clientModel}: the name is matched as sent, then without an
     * {@code anthropic/} prefix, and only then with the row {@code *}. Empty if no row matches, and for a name that is
     * empty, longer than 256 characters or holds a control character.
     */
    public Optional<Match> resolve(String backendId, String clientModel) {
        List<ModelRow> rows = sections.getOrDefault(backendId, List.of());
        if (!isName(clientModel)) {
            return Optional.empty();
        }
        Optional<Match> match = byName(rows, clientModel);
        if (match.isEmpty() && clientModel.startsWith(PREFIX) && clientModel.length() > PREFIX.length()) {
            match = byName(rows, clientModel.substring(PREFIX.length()));
        }
        return match.or(() -> rows.stream().filter(ModelRow::catchAll).findFirst()
                .flatMap(row -> row.resolve(clientModel).map(model -> new Match(model, !row.keepsName()))));
    }

    private static Optional<Match> byName(List<ModelRow> rows, String model) {
        return rows.stream().takeWhile(row -> !row.catchAll())
                .map(row -> row.resolve(model))
                .flatMap(Optional::stream)
                .findFirst()
                .map(target -> new Match(target, false));
    }

    /** Whether a model may be called so. */
    static boolean isName(String model) {
        return model != null && !model.isEmpty() && model.length() <= LONGEST_NAME
                && model.chars().noneMatch(Character::isISOControl);
    }
}
