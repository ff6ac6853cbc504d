package holdfast.gateway;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Every setting there is: one name for the flag (`--port`), the environment (`HOLDFAST_PORT`)
/// and the file (`port`).
enum Setting {
  PORT("8080", "the port of the API; 0 takes a free one"),
  BIND("127.0.0.1", "the address that the API listens on"),
  DATA("./data", "the folder that everything is kept in"),
  DATABASE_URL(
      "", "postgresql://user:password@host/database; the data folder's own database if absent"),
  MASTER_KEY(
      "", "32 bytes as hex or base64 that seal the secrets; made in the data folder if absent"),
  ADMIN_KEY("", "an admin's API key, instead of the one made at the first start"),
  WHATSAPP_URL("wss://web.whatsapp.com/ws/chat", "where WhatsApp is; ws:// only on this machine"),
  WHATSAPP_ROOT(
      "142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b",
      "the public key, in hex, that certifies WhatsApp's Noise keys"),
  TRUST("", "a file of further CA certificates, for wss and media"),
  REVISION("", "a fixed revision of WhatsApp Web to claim; kept current by itself if absent"),
  DEVICE_NAME("Holdfast", "what phones show in their list of linked devices"),
  CONNECT_TIMEOUT("PT1M", "for a whole connection attempt"),
  TCP_TIMEOUT("PT2S", "for the answer to a TCP connect, which is then tried anew"),
  QUERY_TIMEOUT("PT1M", "for WhatsApp's answer to a question"),
  KEEP_ALIVE("PT30S", "from one ping to the next; half of it for the answer"),
  QR_TIME("PT20S", "for which a QR is shown; the first one three times as long"),
  RECONNECT("managed", "managed or manual: what happens when a connection ends"),
  RECONNECT_MAX_DELAY("PT5M", "the longest pause between attempts"),
  CONFLICT_MAX("3", "at which conflict in a row a session gives way"),
  CONFLICT_COOL_DOWN("PT30S", "for how long nothing is begun after that"),
  PACING("20", "messages per minute and tenant, or off"),
  PACING_WINDOW(
      "PT1M", "another window than a minute for pacing, where a tenant has none of its own"),
  RESTORE_RATE(
      "",
      "sessions per second brought back after a start, or tried anew while no server answers; 50,"
          + " on this machine 500"),
  EVENT_RETENTION("P30D", "how long events are kept"),
  EVENT_LIMIT("1000000", "how many events of each tenant are kept"),
  MESSAGE_RETENTION("P30D", "how long messages sent are kept; their idempotency keys stay"),
  WEBHOOK_PRIVATE_TARGETS("false", "whether webhooks may go to private addresses"),
  PRINT_QR("false", "true draws each new QR in the terminal as well"),
  TIMELINE_KEEP("1000", "how many transitions of each tenant are kept for its timeline"),
  LOG_FORMAT("text", "text or json"),
  LOG_LEVEL("info", "error, warn, info, debug or trace");

  private final String standard;
  private final String meaning;

  Setting(String standard, String meaning) {
    this.standard = standard;
    this.meaning = meaning;
  }

  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String flag() {
    return "--" + key();
  }

  String variable() {
    return "HOLDFAST_" + name();
  }

  /// Empty when it has none.
  String standard() {
    return standard;
  }

  String meaning() {
    return meaning;
  }

  static Optional<Setting> byKey(String key) {
    return Arrays.stream(values()).filter(setting -> setting.key().equals(key)).findFirst();
  }

  static Optional<Setting> byVariable(String variable) {
    return Arrays.stream(values())
        .filter(setting -> setting.variable().equals(variable))
        .findFirst();
  }
}
