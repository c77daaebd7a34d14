package io.caravan.cli;

import io.caravan.Caravan;
import io.caravan.settings.GatewaySettings;
import java.nio.file.Path;

public final class CaravanCommand {
    public static void main(String[] args) throws Exception {
        GatewaySettings settings = GatewaySettings.read(System.getenv(), Path.of(""));
        io.caravan.observe.Logging.start(settings.log(), true);
        Caravan caravan = Caravan.start(settings);
        System.out.println(caravan.url());
        Thread.currentThread().join();
    }
}
