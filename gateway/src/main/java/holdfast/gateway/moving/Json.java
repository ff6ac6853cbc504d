package holdfast.gateway.moving;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Base64;
import java.util.Map;

/// JSON as Baileys writes it.
final class Json {
  private static final byte KEY_TYPE = 5;

  private Json() {}

  static byte[] bytes(Object value) {
    try {
      return Fields.JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was made to be written can't be", e);
    }
  }

  static String text(Object value) {
    try {
      return Fields.JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was made to be written can't be", e);
    }
  }

  static Map<String, String> buffer(byte[] bytes) {
    return Map.of("type", "Buffer", "data", base64(bytes));
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /// A public key as Signal writes it, with its type before it.
  static byte[] typed(byte[] key) {
    var typed = new byte[key.length + 1];
    typed[0] = KEY_TYPE;
    System.arraycopy(key, 0, typed, 1, key.length);
    return typed;
  }
}
