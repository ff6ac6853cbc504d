package holdfast.chaos;

import holdfast.sandbox.Sandbox;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The faults that the sandbox can play on a connection, each at a random rate of its own.
///
/// Without those that would end every tenant for good, by being what they are: `strict_duplicates`
/// and `outdated_client`; and without `app_state_conflict`, which nothing here meets.
final class Harm {
  private record Risk(String fault, String per, double rate, int count, Map<String, Object> how) {
    private static Risk of(String fault, String per, double rate) {
      return new Risk(fault, per, rate, 1, Map.of());
    }

    private Risk times(int more) {
      return new Risk(fault, per, rate, more, how);
    }

    private Risk with(String name, Object value) {
      var settings = new HashMap<>(how);
      settings.put(name, value);
      return new Risk(fault, per, rate, count, settings);
    }
  }

  private static final List<Risk> ALL =
      List.of(
          Risk.of("drop", "second", 0.01),
          Risk.of("half_open", "second", 0.003),
          Risk.of("stream_error", "second", 0.004).with("code", 503),
          Risk.of("stream_error", "second", 0.002).with("code", 500),
          Risk.of("stream_error", "second", 0.003).with("code", 515),
          Risk.of("stream_error", "second", 0.001).with("conflict", "replaced"),
          Risk.of("rival", "second", 0.002).with("times", 2).with("staysMillis", 20_000),
          Risk.of("delay", "second", 0.01).times(5).with("millis", 800),
          Risk.of("withhold_pings", "second", 0.01).times(2),
          Risk.of("duplicate", "second", 0.02).times(2),
          Risk.of("reorder", "second", 0.02).times(2),
          Risk.of("withhold_acks", "second", 0.01),
          Risk.of("ack_error", "second", 0.005),
          Risk.of("new_chats_locked", "second", 0.001).with("seconds", 10),
          Risk.of("refuse_prekeys", "second", 0.01),
          Risk.of("refuse_upload", "second", 0.01),
          Risk.of("empty_pool", "second", 0.01),
          Risk.of("corrupt_enc", "second", 0.005),
          Risk.of("corrupt_padding", "second", 0.002),
          Risk.of("withhold_iqs", "second", 0.002),
          Risk.of("corrupt_frame", "second", 0.002).with("how", "flip"),
          Risk.of("corrupt_stanza", "second", 0.002).with("how", "truncate"),
          Risk.of("reject_handshake", "login", 0.05),
          Risk.of("failure", "login", 0.05).with("code", 503),
          Risk.of("failure", "login", 0.01).with("code", 405),
          Risk.of("failure", "login", 0.002).with("code", 401),
          Risk.of("failure", "login", 0.002).with("code", 402).with("expireSeconds", 60),
          Risk.of("failure", "login", 0.002).with("code", 403),
          Risk.of("failure", "login", 0.002).with("code", 406),
          Risk.of("stream_error", "login", 0.002)
              .with("conflict", "device_removed")
              .with("withinMillis", 5000),
          Risk.of("device_removed", "login", 0.002).with("withinMillis", 5000),
          Risk.of("downgrade", "login", 0.002).with("withinMillis", 5000));

  private Harm() {}

  /// The same seed draws the same for each fault.
  static void begin(Sandbox sandbox, long seed) {
    for (int i = 0; i < ALL.size(); i++) {
      var risk = ALL.get(i);
      var settings = new HashMap<>(risk.how());
      settings.put("rate", risk.rate());
      settings.put("per", risk.per());
      settings.put("seed", seed * ALL.size() + i);
      sandbox.fault(risk.fault(), Optional.empty(), risk.count(), settings);
    }
  }
}
