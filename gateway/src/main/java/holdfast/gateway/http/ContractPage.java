package holdfast.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// `/docs`: `openapi.yaml` as a page, so that it can't say anything else.
final class ContractPage {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  private final JsonNode contract;
  private final StringBuilder page = new StringBuilder();

  private ContractPage(JsonNode contract) {
    this.contract = contract;
  }

  static String html() {
    try {
      var contract = new YAMLMapper().readTree(OperationRoutes.resource("/openapi.yaml"));
      return new ContractPage(contract).write();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String write() {
    var info = contract.path("info");
    add("<p>%s</p>".formatted(Html.prose(info.path("description").asText())));
    add("<p><a href=\"/openapi.yaml\">openapi.yaml</a>, ");
    add("<a href=\"/docs/errors\">problems</a>, <a href=\"/console\">console</a></p>");
    for (var tag : contract.path("tags")) {
      tag(tag);
    }
    schemas();
    return Html.page(
        info.path("title").asText() + " " + info.path("version").asText(), page.toString());
  }

  private void tag(JsonNode tag) {
    var name = tag.path("name").asText();
    add("<h2>%s</h2>\n<p>%s</p>\n".formatted(name, Html.prose(tag.path("description").asText())));
    for (var path : contract.path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        if (METHODS.contains(operation.getKey())
            && operation.getValue().path("tags").path(0).asText().equals(name)) {
          operation(operation.getKey(), path.getKey(), operation.getValue());
        }
      }
    }
  }

  private void operation(String method, String path, JsonNode operation) {
    add(
        "<h3 id=\"%s\"><code>%s %s</code></h3>\n"
            .formatted(
                operation.path("operationId").asText(),
                method.toUpperCase(Locale.ROOT),
                Html.escape(path)));
    add(
        "<p>%s. %s</p>\n<table>\n"
            .formatted(text(operation, "summary"), text(operation, "description")));
    for (var parameter : operation.path("parameters")) {
      row(
          "<code>" + Html.escape(parameter.path("name").asText()) + "</code>",
          parameter.path("in").asText(),
          text(parameter, "description"));
    }
    if (operation.has("requestBody")) {
      row("body", "", kinds(operation.path("requestBody").path("content")));
    }
    for (var response : operation.path("responses").properties()) {
      if (!response.getKey().equals("default")) {
        var answer = response.getValue();
        row(response.getKey(), kinds(answer.path("content")), text(answer, "description"));
      }
    }
    add("</table>\n");
  }

  /// The forms of a body; JSON by the name of its schema.
  private static String kinds(JsonNode content) {
    List<String> kinds = new ArrayList<>();
    for (var kind : content.properties()) {
      var schema = kind.getValue().path("schema").path("$ref").asText();
      var name = schema.substring(schema.lastIndexOf('/') + 1);
      kinds.add(
          name.isEmpty()
              ? Html.escape(kind.getKey())
              : "<a href=\"#%s\">%s</a>".formatted(name, name));
    }
    return String.join(", ", kinds);
  }

  private void schemas() {
    add("<h2>Schemas</h2>\n");
    for (var schema : contract.path("components").path("schemas").properties()) {
      add("<h3 id=\"%s\">%s</h3>\n".formatted(schema.getKey(), schema.getKey()));
      add("<pre>%s</pre>\n".formatted(Html.prose(schema.getValue().toPrettyString())));
    }
  }

  private void row(String name, String kind, String meaning) {
    add("<tr><td>%s<td>%s<td>%s\n".formatted(name, kind, meaning));
  }

  private static String text(JsonNode node, String field) {
    return Html.prose(node.path(field).asText());
  }

  private void add(String html) {
    page.append(html);
  }
}
