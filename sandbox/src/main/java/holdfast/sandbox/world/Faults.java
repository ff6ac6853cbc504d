package holdfast.sandbox.world;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/// The faults that were asked for and aren't used up: what goes wrong next, where, how often.
///
/// Code that can fail on demand asks [#take] (so many times) or [#holds] (until it is cleared)
/// with the name of its fault. Faults at random rates are drawn here ([#drawn]); what then
/// happens is the business of whoever plays them.
public final class Faults {
  /// `device` as `phone:device`, empty for every one; `settings` are whatever else was given.
  public record Fault(
      long number, String fault, Optional<String> device, int count, Map<String, Object> settings) {
    private Fault used() {
      return new Fault(number, fault, device, count - 1, settings);
    }

    private boolean meets(String name, String deviceKey) {
      return fault.equals(name) && concerns(deviceKey);
    }

    private boolean concerns(String deviceKey) {
      return device.isEmpty() || device.get().equals(deviceKey);
    }

    public long number(String setting, long otherwise) {
      return settings.get(setting) instanceof Number given ? given.longValue() : otherwise;
    }

    public Optional<String> text(String setting) {
      return settings.get(setting) instanceof String given ? Optional.of(given) : Optional.empty();
    }
  }

  /// What a fault at a random rate is drawn for: each login, each stanza that a device sends, each
  /// second that it is connected.
  public enum Occasion {
    LOGIN,
    STANZA,
    SECOND;

    /// As it is written in a request.
    public static Optional<Occasion> named(String name) {
      return List.of(values()).stream()
          .filter(it -> it.name().toLowerCase(java.util.Locale.ROOT).equals(name))
          .findFirst();
    }
  }

  /// The same seed draws the same, occasion by occasion.
  private record Rate(Fault fault, Occasion per, double rate, SplittableRandom random) {}

  private final InstantSource clock;
  private final Function<String, Optional<String>> noiseKeyOf;
  private final List<Fault> given = new ArrayList<>();
  private final List<Rate> rates = new ArrayList<>();
  private final FaultLog log = new FaultLog();
  private long last;

  /// `noiseKeyOf` gives a device's static key in hex.
  public Faults(InstantSource clock, Function<String, Optional<String>> noiseKeyOf) {
    this.clock = clock;
    this.noiseKeyOf = noiseKeyOf;
  }

  public Fault give(
      String fault, Optional<String> device, int count, Map<String, Object> settings) {
    var one = new Fault(++last, fault, device, count, Map.copyOf(settings));
    given.add(one);
    return one;
  }

  /// Gives a fault to its device with the probability `rate` at every such occasion.
  public Fault giveAtRandom(
      String fault,
      Optional<String> device,
      int count,
      Map<String, Object> settings,
      Occasion per,
      double rate) {
    var template = new Fault(++last, fault, device, count, Map.copyOf(settings));
    rates.add(new Rate(template, per, rate, new SplittableRandom(template.number("seed", 0))));
    return template;
  }

  /// What chance brings this device at this occasion; each with a number of its own to be drawn
  /// from, between 0 and 1, under the name `chance`.
  public List<Fault> drawn(Occasion occasion, String deviceKey) {
    var due = new ArrayList<Fault>();
    for (var rate : rates) {
      if (rate.per() == occasion
          && rate.fault().concerns(deviceKey)
          && rate.random().nextDouble() < rate.rate()) {
        var settings = new HashMap<>(rate.fault().settings());
        settings.put("chance", rate.random().nextDouble());
        due.add(
            new Fault(
                rate.fault().number(),
                rate.fault().fault(),
                Optional.of(deviceKey),
                rate.fault().count(),
                Map.copyOf(settings)));
      }
    }
    return due;
  }

  /// Whether what it was drawn from hasn't been taken back since.
  public boolean isDrawing(Fault drawn) {
    return rates.stream().anyMatch(rate -> rate.fault().number() == drawn.number());
  }

  public boolean isDrawing(Occasion occasion) {
    return rates.stream().anyMatch(rate -> rate.per() == occasion);
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
        happened(fault, deviceKey);
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }

  public Optional<Fault> holds(String name, String deviceKey) {
    return given.stream().filter(fault -> fault.meets(name, deviceKey)).findFirst();
  }

  /// For the log: a fault has done to a device what it is there for. `deviceKey` is empty while the
  /// client isn't known.
  public void happened(Fault fault, String deviceKey) {
    note(fault, deviceKey).run();
  }

  /// The same for what may take the device away: to be run once it has been done.
  public Runnable note(Fault fault, String deviceKey) {
    var device = Optional.of(deviceKey).filter(key -> !key.isEmpty());
    var noiseKey = noiseKeyOf.apply(deviceKey);
    return () -> log.add(clock.millis(), fault.fault(), device, noiseKey, fault.settings());
  }

  public FaultLog log() {
    return log;
  }

  /// Those that wait, and those that are drawn at random.
  public List<Fault> list() {
    var all = new ArrayList<>(given);
    rates.forEach(rate -> all.add(rate.fault()));
    return List.copyOf(all);
  }

  /// Whether there was such a one.
  public boolean clear(long number) {
    boolean waited = given.removeIf(fault -> fault.number() == number);
    return rates.removeIf(rate -> rate.fault().number() == number) || waited;
  }

  public void clear() {
    given.clear();
    rates.clear();
  }
}
