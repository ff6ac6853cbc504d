package holdfast.gateway.moving;

import java.util.List;

/// The kinds of files in an auth folder, beside `creds.json`: their names begin with these.
final class Kind {
  static final String PRE_KEY = "pre-key";
  static final String SESSION = "session";
  static final String SENDER_KEY = "sender-key";
  static final String SENDER_KEY_MEMORY = "sender-key-memory";
  static final String APP_STATE_KEY = "app-state-sync-key";
  static final String LID_MAPPING = "lid-mapping";
  static final String TOKEN = "tctoken";
  static final String IDENTITY = "identity-key";

  /// A longer one stands before its beginning.
  static final List<String> ALL =
      List.of(
          SENDER_KEY_MEMORY,
          SENDER_KEY,
          PRE_KEY,
          SESSION,
          APP_STATE_KEY,
          LID_MAPPING,
          TOKEN,
          IDENTITY);

  private Kind() {}

  /// A file's name, as Baileys spells it.
  static String file(String kind, String id) {
    return kind + "-" + id.replace("/", "__").replace(':', '-') + ".json";
  }
}
