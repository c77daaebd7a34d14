/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import java.nio.file.Path;

/**
 * What is logged, and where.
 *
 * @param level     TRACE, DEBUG, INFO, WARN, ERROR or OFF
 * @param format    {@code json} or {@code text}
 * @param directory the absolute directory of the log file; it need not exist
 */
public record LogSettings(String level, String format, Path directory) {}
