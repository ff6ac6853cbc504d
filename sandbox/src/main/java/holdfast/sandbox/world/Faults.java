package holdfast.sandbox.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The faults that were asked for and aren't used up: what goes wrong next, where, how often.
///
/// Code that can fail on demand asks [#take] (so many times) or [#holds] (until it is cleared) with
/// the name of its fault.
public final class Faults {
  /// `device` as `phone:device`, empty for every one; `settings` are whatever else was given.
  public record Fault(
      long number, String fault, Optional<String> device, int count, Map<String, Object> settings) {
    private Fault used() {
      return new Fault(number, fault, device, count - 1, settings);
    }

    private boolean meets(String name, String deviceKey) {
      return fault.equals(name) && (device.isEmpty() || device.get().equals(deviceKey));
    }

    public long number(String setting, long otherwise) {
      return settings.get(setting) instanceof Number given ? given.longValue() : otherwise;
    }

    public Optional<String> text(String setting) {
      return settings.get(setting) instanceof String given ? Optional.of(given) : Optional.empty();
    }
  }

  private final List<Fault> given = new ArrayList<>();
  private long last;

  public Fault give(
      String fault, Optional<String> device, int count, Map<String, Object> settings) {
    var one = new Fault(++last, fault, device, count, Map.copyOf(settings));
    given.add(one);
    return one;
  }

  /// One use of a fault for a device, when there is one; it is taken away with its last use.
  public Optional<Fault> take(String name, String deviceKey) {
    for (int i = 0; i < given.size(); i++) {
      var fault = given.get(i);
      if (fault.meets(name, deviceKey)) {
        if (fault.count() > 1) {
          given.set(i, fault.used());
        } else {
          given.remove(i);
        }
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }

  public Optional<Fault> holds(String name, String deviceKey) {
    return given.stream().filter(fault -> fault.meets(name, deviceKey)).findFirst();
  }

  public List<Fault> list() {
    return List.copyOf(given);
  }

  /// Whether there was such a one.
  public boolean clear(long number) {
    return given.removeIf(fault -> fault.number() == number);
  }

  public void clear() {
    given.clear();
  }
}
