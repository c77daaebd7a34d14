package io.caravan.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The load balancer's {@code config.yaml}, of which only the presence of workspaces is read so far. */
final class WorkspaceFile {

    private WorkspaceFile() {}

    /**
     * Whether the file lists at least one workspace under {@code endpoints}; false where there is no such file.
     *
     * @throws SettingsException if it cannot be read, or is not YAML
     */
    static boolean listsWorkspaces(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try {
            Object root = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
            return root instanceof Map<?, ?> map && map.get("endpoints") instanceof List<?> list && !list.isEmpty();
        } catch (MarkedYamlEngineException e) {
            String line = e.getProblemMark().map(mark -> " line " + (mark.getLine() + 1)).orElse("");
            throw new SettingsException(file + line + " is not valid YAML: mend it, or remove the file");
        } catch (IOException | YamlEngineException e) {
            throw new SettingsException(file + " cannot be read: make it a readable YAML file, or remove it");
        }
    }
}
