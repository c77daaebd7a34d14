package io.caravan.provider;

import io.caravan.settings.value.Setting;
import io.caravan.settings.value.SettingSources;
import io.caravan.settings.value.SettingValue;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Which backends take over when the chosen one fails (ledger 1.6). */
public final class FallbackChain {

    /** Whether any takes over. */
    public static final Setting BYPASS_FALLBACK_ENABLED = Setting.of("BYPASS_FALLBACK_ENABLED",
            "whether OpenRouter takes over when the chosen backend fails; on when its key is set");

    private FallbackChain() {
    }

    static List<Backend> read(SettingSources sources, Backend chosen, Consumer<String> warnings) {
        boolean itself = chosen.equals(OpenRouter.BACKEND);
        boolean possible = !itself && sources.find(OpenRouter.KEY).isPresent();
        Optional<SettingValue> asked = sources.find(BYPASS_FALLBACK_ENABLED);
        boolean wanted = asked.map(SettingValue::toBoolean).orElse(possible);
        if (wanted && !possible) {
            warnings.accept(asked.get().place() + " has no effect: " + (itself ? "OpenRouter is the backend itself"
                    : "set OPENROUTER_API_KEY for failover to OpenRouter"));
        }
        return wanted && possible ? List.of(OpenRouter.BACKEND) : List.of();
    }
}
