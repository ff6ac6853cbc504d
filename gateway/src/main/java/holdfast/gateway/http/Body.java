package holdfast.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The fields of a request's JSON object. Every field is asked for by name, wrong ones are
/// collected, and [#end] refuses the request with all that was wrong, fields that nobody asked
/// for included.
final class Body {
  private final JsonNode object;
  private final String path;
  private final Set<String> asked = new HashSet<>();
  private final List<Map<String, String>> wrong;

  private Body(JsonNode object, String path, List<Map<String, String>> wrong) {
    this.object = object;
    this.path = path;
    this.wrong = wrong;
  }

  /// An absent body is an empty object.
  static Body of(Context request) {
    var bytes = request.bodyAsBytes();
    if (bytes.length == 0) {
      return new Body(JsonNodeFactory.instance.objectNode(), "", new ArrayList<>());
    }
    var type = request.contentType();
    if (type != null && !type.contains("json")) {
      throw Refusal.of(Problem.UNSUPPORTED_MEDIA_TYPE);
    }
    return of(bytes);
  }

  static Body of(byte[] bytes) {
    try {
      var json = Json.parse(bytes);
      if (json.isObject()) {
        return new Body(json, "", new ArrayList<>());
      }
    } catch (IOException _) {
      // its message would quote what was sent
    }
    throw Refusal.of(Problem.INVALID_REQUEST, "the body must be one JSON object");
  }

  private JsonNode node(String field) {
    asked.add(field);
    var node = object.get(field);
    return node == null ? NullNode.getInstance() : node;
  }

  boolean has(String field) {
    asked.add(field);
    return object.has(field);
  }

  boolean isNull(String field) {
    return node(field).isNull();
  }

  /// A field that must be there; empty text when it isn't, which [#end] will tell.
  String text(String field, int most) {
    var text = optionalText(field, most);
    if (text.isEmpty() && isNull(field)) {
      refuse(field, "is needed");
    }
    return text.orElse("");
  }

  Optional<String> optionalText(String field, int most) {
    var node = node(field);
    if (node.isNull()) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      refuse(field, "must be a text");
    } else if (node.textValue().isEmpty() || node.textValue().length() > most) {
      refuse(field, "must have 1 to " + most + " characters");
    } else {
      return Optional.of(node.textValue());
    }
    return Optional.empty();
  }

  boolean flag(String field) {
    var node = node(field);
    if (!node.isNull() && !node.isBoolean()) {
      refuse(field, "must be true or false");
    }
    return node.booleanValue();
  }

  /// One of `words`; empty when the field is absent.
  Optional<String> word(String field, List<String> words) {
    var node = node(field);
    if (node.isNull()) {
      return Optional.empty();
    }
    if (node.isTextual() && words.contains(node.textValue())) {
      return Optional.of(node.textValue());
    }
    refuse(field, "must be one of " + String.join(", ", words));
    return Optional.empty();
  }

  Optional<Integer> number(String field, int least, int most) {
    var node = node(field);
    if (node.isNull()) {
      return Optional.empty();
    }
    if (node.isInt() && node.intValue() >= least && node.intValue() <= most) {
      return Optional.of(node.intValue());
    }
    refuse(field, "must be a whole number from " + least + " to " + most);
    return Optional.empty();
  }

  Optional<Duration> duration(String field, Duration most) {
    var node = node(field);
    if (node.isNull()) {
      return Optional.empty();
    }
    try {
      var duration = Duration.parse(node.asText());
      if (!duration.isNegative() && duration.compareTo(most) <= 0) {
        return Optional.of(duration);
      }
    } catch (DateTimeParseException _) {
      // falls through to the same answer
    }
    refuse(field, "must be a duration such as PT20S, at most " + most);
    return Optional.empty();
  }

  /// A moment with its offset, kept to the millisecond.
  Optional<Instant> instant(String field) {
    var node = node(field);
    if (node.isNull()) {
      return Optional.empty();
    }
    try {
      if (node.isTextual()) {
        var time = OffsetDateTime.parse(node.textValue()).toInstant();
        return Optional.of(time.truncatedTo(ChronoUnit.MILLIS));
      }
    } catch (DateTimeParseException _) {
      // falls through to the same answer
    }
    refuse(field, "must be a time such as 2026-01-31T08:00:00Z");
    return Optional.empty();
  }

  /// 1 to `most` objects, each judged by itself.
  List<Body> objects(String field, int most) {
    var node = node(field);
    var objects = new ArrayList<Body>();
    if (!node.isArray() || node.isEmpty() || node.size() > most) {
      refuse(field, "must be a list of 1 to " + most + " objects");
      return objects;
    }
    for (var each : node) {
      var body = new Body(each, "", new ArrayList<>());
      if (!each.isObject()) {
        refuse(field, "must be a list of 1 to " + most + " objects");
      }
      objects.add(body);
    }
    return objects;
  }

  List<String> texts(String field, int most) {
    var node = node(field);
    var texts = new ArrayList<String>();
    if (!node.isNull() && !node.isArray()) {
      refuse(field, "must be a list of texts");
    }
    for (var each : node) {
      if (!each.isTextual() || each.textValue().length() > most) {
        refuse(field, "must be a list of texts");
      }
      texts.add(each.asText());
    }
    return texts;
  }

  Optional<Instant> time(String field) {
    var node = node(field);
    if (node.isNull()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(node.asText()).toInstant());
    } catch (DateTimeParseException _) {
      refuse(field, "must be a time such as 2026-01-31T12:00:00Z");
      return Optional.empty();
    }
  }

  /// A field that is an object of texts, at most `most`; null means none.
  Optional<Map<String, String>> pairs(String field, int most) {
    var node = node(field);
    if (!object.has(field)) {
      return Optional.empty();
    }
    var pairs = new LinkedHashMap<String, String>();
    node.properties().forEach(each -> pairs.put(each.getKey(), each.getValue().asText()));
    boolean texts = node.valueStream().allMatch(JsonNode::isTextual);
    if (!node.isNull() && (!node.isObject() || !texts || pairs.size() > most)) {
      refuse(field, "must be an object of at most " + most + " texts");
    }
    return Optional.of(pairs);
  }

  /// A field that is an object itself; its own fields are judged with this body's.
  Optional<Body> object(String field) {
    var node = node(field);
    if (node.isObject()) {
      return Optional.of(new Body(node, path + field + ".", wrong));
    }
    if (!node.isNull()) {
      refuse(field, "must be an object or null");
    }
    return Optional.empty();
  }

  void refuse(String field, String message) {
    var violation = new LinkedHashMap<String, String>();
    violation.put("field", path + field);
    violation.put("message", message);
    wrong.add(violation);
  }

  /// Ends the reading of this object. @throws Refusal when anything in it was wrong
  void end() {
    object
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!asked.contains(field)) {
                refuse(field, "there is no such field");
              }
            });
    if (path.isEmpty() && !wrong.isEmpty()) {
      var first = wrong.getFirst();
      throw Refusal.of(Problem.INVALID_REQUEST, first.get("field") + " " + first.get("message"))
          .with("errors", List.copyOf(wrong));
    }
  }
}
