/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Every page, those of the examples too, is one that Camel's tools open: valid for the schema of its YAML, in the long form. */
class RouteSchemaTest {

    private static final JsonSchema SCHEMA = schema();

    private static JsonSchema schema() {
        try (InputStream file = RouteSchemaTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(new ObjectMapper().readTree(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Stream<Path> pages() throws IOException {
        return Stream.concat(Files.list(Path.of("src/main/resources/routes")),
                Files.walk(Path.of("examples")).filter(file -> file.toString().endsWith(".camel.yaml")));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageIsValidForCamelsTools(Path page) throws IOException {
        Object read = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(page));
        JsonNode tree = new ObjectMapper().valueToTree(read);
        assertEquals(Set.of(), SCHEMA.validate(tree), page::toString);
        assertLong(tree, page);
    }

    @Test
    void aParametersTypeAndExampleStandInItsDescriptionForThereIsNoOtherPlace() throws IOException {
        JsonNode parameter = SCHEMA.getSchemaNode()
                .at("/items/definitions/org.apache.camel.model.RouteTemplateParameterDefinition");
        Set<String> keys = new TreeSet<>();
        parameter.path("properties").fieldNames().forEachRemaining(keys::add);
        assertEquals(Set.of("defaultValue", "description", "name", "required"), keys);
        assertFalse(parameter.path("additionalProperties").asBoolean(true));

        Object read = new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Path.of("src/main/resources/routes/backend-templates.camel.yaml")));
        List<JsonNode> described = new ObjectMapper().<JsonNode>valueToTree(read).findValues("parameters").stream()
                .filter(JsonNode::isArray).toList();
        assertEquals(2, described.size());
        described.forEach(parameters -> parameters.forEach(one ->
                assertTrue(one.path("description").asText().contains(", a text such as "), one::toString)));
    }

    /** An expression in the short form is written anew by the first tool that saves the page. */
    private static void assertLong(JsonNode node, Path page) {
        for (String language : Set.of("simple", "constant")) {
            assertFalse(node.path(language).isTextual(), () -> page + ": " + node);
        }
        node.forEach(child -> assertLong(child, page));
    }
}
