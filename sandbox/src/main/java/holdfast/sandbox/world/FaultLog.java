package holdfast.sandbox.world;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What has really gone wrong, in the order in which it did: a fault that waits isn't here until
/// its occasion came. Whoever has to say what a client must have come to reads it here.
public final class FaultLog {
  /// `device`: `phone:device`, empty where a client wasn't known yet; `noiseKey`: its static key in
  /// hex.
  public record Entry(
      long sequence,
      long atMillis,
      String fault,
      Optional<String> device,
      Optional<String> noiseKey,
      Map<String, Object> settings) {}

  private static final int MOST = 200_000;

  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private long last;

  void add(
      long atMillis,
      String fault,
      Optional<String> device,
      Optional<String> noiseKey,
      Map<String, Object> settings) {
    if (entries.size() == MOST) {
      entries.removeFirst();
    }
    entries.add(new Entry(++last, atMillis, fault, device, noiseKey, settings));
  }

  /// Those behind a sequence number, oldest first.
  public List<Entry> after(long sequence, int most) {
    return entries.stream().filter(entry -> entry.sequence() > sequence).limit(most).toList();
  }
}
