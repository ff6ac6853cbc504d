package holdfast.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// `openapi.yaml` as a judge over what really goes over the wire.
final class Contract {
  private static final String ID = "https://holdfast.test/openapi.json";
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  private final JsonNode document;
  private final SchemaRegistry schemas;

  Contract() {
    try {
      document = new YAMLMapper().readTree(OperationRoutes.resource("/openapi.yaml"));
      var json = new JsonMapper().writeValueAsString(document);
      schemas =
          SchemaRegistry.withDefaultDialect(
              SpecificationVersion.DRAFT_2020_12,
              builder ->
                  builder
                      .schemas(Map.of(ID, json))
                      .schemaRegistryConfig(
                          SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// `GET /v1/keys` and so on, sorted.
  Set<String> operations() {
    var operations = new TreeSet<String>();
    for (var path : document.get("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        if (METHODS.contains(operation.getKey())) {
          operations.add(
              operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
        }
      }
    }
    return operations;
  }

  /// What is wrong with a request's body; nothing when it is as the contract says.
  List<String> judgeRequest(String operation, String body) {
    return judge(pointer(operation) + "/requestBody/content/application~1json/schema", body);
  }

  /// What is wrong with an answer; nothing when it is as the contract says.
  List<String> judgeAnswer(String operation, int status, Optional<String> type, String body) {
    var responses = document.at(pointer(operation) + "/responses");
    var known = responses.has(String.valueOf(status)) ? String.valueOf(status) : "default";
    if (!responses.has(known)) {
      return List.of("no answer " + status + " in the contract of " + operation);
    }
    var at = pointer(operation) + "/responses/" + known;
    if (responses.get(known).has("$ref")) {
      at = responses.get(known).get("$ref").asText().substring(1);
    }
    var content = document.at(at + "/content");
    if (content.isMissingNode()) {
      return body.isEmpty() ? List.of() : List.of("a body where the contract has none");
    }
    var media = type.orElse("").split(";", 2)[0];
    if (!content.has(media)) {
      return List.of("the contract has no " + media + " for " + operation + " " + status);
    }
    return media.endsWith("json")
        ? judge(at + "/content/" + escape(media) + "/schema", body)
        : List.of();
  }

  private List<String> judge(String pointer, String body) {
    return schemas
        .getSchema(SchemaLocation.of(ID + "#" + pointer))
        .validate(body, InputFormat.JSON)
        .stream()
        .map(Object::toString)
        .toList();
  }

  private static String pointer(String operation) {
    var words = operation.split(" ", 2);
    return "/paths/" + escape(words[1]) + "/" + words[0].toLowerCase(java.util.Locale.ROOT);
  }

  private static String escape(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
