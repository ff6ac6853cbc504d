package holdfast.gateway.moving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// A place in one of the files, asked for what must stand there. `path` says where, for whoever
/// reads the refusal.
record Fields(String file, String path, JsonNode node) {
  static final JsonMapper JSON = JsonMapper.builder().build();

  private static final int KEY_BYTES = 32;
  private static final byte KEY_TYPE = 5;
  private static final int MOST_BYTE = 0xFF;

  static Fields of(String file, byte[] content) {
    try {
      var node = JSON.readTree(content);
      if (node != null && !node.isMissingNode()) {
        return new Fields(file, "", node);
      }
    } catch (IOException _) {
      // its message would quote what stands there
    }
    throw new UnfitState(file, "is no whole JSON");
  }

  UnfitState unfit(String what) {
    return new UnfitState(file, path.isEmpty() ? what : path + " " + what);
  }

  Optional<Fields> find(String name) {
    var child = node.path(name);
    return child.isMissingNode() || child.isNull()
        ? Optional.empty()
        : Optional.of(new Fields(file, path.isEmpty() ? name : path + "." + name, child));
  }

  Fields at(String name) {
    return find(name).orElseThrow(() -> unfit("has no " + name));
  }

  /// The members of an object, in their order.
  Map<String, Fields> members() {
    var members = new LinkedHashMap<String, Fields>();
    node.properties()
        .forEach(
            member ->
                members.put(member.getKey(), new Fields(file, path + "[]", member.getValue())));
    return members;
  }

  List<Fields> elements() {
    if (!node.isArray()) {
      throw unfit("is no list");
    }
    return StreamSupport.stream(node.spliterator(), false)
        .map(element -> new Fields(file, path + "[]", element))
        .toList();
  }

  String text() {
    if (!node.isTextual()) {
      throw unfit("is no text");
    }
    return node.textValue();
  }

  /// A number, which some versions write as a text.
  long number() {
    try {
      return node.isTextual() ? Long.parseLong(node.textValue()) : exact();
    } catch (NumberFormatException _) {
      throw unfit("is no number");
    }
  }

  private long exact() {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw unfit("is no number");
    }
    return node.longValue();
  }

  int id(int most) {
    long number = number();
    if (number < 0 || number > most) {
      throw unfit("is out of range");
    }
    return (int) number;
  }

  /// A Curve25519 key, 32 bytes; the type byte that Signal puts before a public one is dropped.
  byte[] key() {
    var bytes = bytes();
    boolean typed = bytes.length == KEY_BYTES + 1 && bytes[0] == KEY_TYPE;
    if (!typed && bytes.length != KEY_BYTES) {
      throw unfit("is no key of 32 bytes");
    }
    return typed ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  byte[] bytes(int length) {
    var bytes = bytes();
    if (bytes.length != length) {
      throw unfit("must have " + length + " bytes");
    }
    return bytes;
  }

  /// Bytes in every form that a version has written them in: base64; `{type: "Buffer", data}` and
  /// `{buffer: true, value}` with base64 or numbers within; numbers in a list, or by their index.
  byte[] bytes() {
    return switch (node.getNodeType()) {
      case STRING -> base64(node.textValue());
      case ARRAY -> numbers(node);
      case OBJECT -> wrapped();
      default -> throw unfit("holds no bytes");
    };
  }

  private byte[] wrapped() {
    boolean buffer = node.path("type").asText().equals("Buffer") || node.path("buffer").asBoolean();
    if (buffer) {
      var data = node.path(node.has("data") ? "data" : "value");
      return data.isTextual() ? base64(data.textValue()) : numbers(data);
    }
    return numbers(node);
  }

  private byte[] base64(String text) {
    try {
      return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException _) {
      throw unfit("holds no base64");
    }
  }

  private byte[] numbers(JsonNode list) {
    var values = new ArrayList<JsonNode>();
    if (list.isObject()) {
      for (int index = 0; index < list.size(); index++) {
        values.add(list.path(Integer.toString(index)));
      }
    } else {
      list.forEach(values::add);
    }
    var bytes = new ByteArrayOutputStream(values.size());
    for (var value : values) {
      if (!value.isInt() || value.intValue() < 0 || value.intValue() > MOST_BYTE) {
        throw unfit("holds no bytes");
      }
      bytes.write(value.intValue());
    }
    return bytes.toByteArray();
  }

  @Override
  public String toString() {
    return "Fields[" + path + "]";
  }
}
