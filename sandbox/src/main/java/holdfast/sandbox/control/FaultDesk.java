package holdfast.sandbox.control;

import holdfast.sandbox.phone.Spoilt;
import holdfast.sandbox.server.Damage;
import holdfast.sandbox.server.Mischief;
import holdfast.sandbox.server.Network;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.FaultLog;
import holdfast.sandbox.world.Faults.Fault;
import holdfast.sandbox.world.Faults.Occasion;
import holdfast.sandbox.world.Refused;
import holdfast.sandbox.world.World;
import holdfast.stanza.Jid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Faults on demand: those that happen at once, those that wait for their occasion, and either kind
/// at random.
public final class FaultDesk {
  /// These wait in the world until what they concern happens; code there asks for them by name.
  private static final List<String> WAITING =
      List.of(
          "corrupt_frame",
          "corrupt_stanza",
          "corrupt_enc",
          "corrupt_padding",
          "withhold_acks",
          "withhold_iqs",
          "withhold_pings",
          "withhold_retries",
          "ack_error",
          "new_chats_locked",
          "delay",
          "duplicate",
          "reorder",
          "reject_handshake",
          "failure",
          "outdated_client",
          "empty_pool",
          "refuse_prekeys",
          "refuse_upload",
          "app_state_conflict",
          "strict_duplicates");

  /// The ways to be chosen from with `how`.
  private static final Map<String, Set<String>> WAYS =
      Map.of(
          "corrupt_frame", Damage.OF_FRAMES,
          "corrupt_stanza", Damage.OF_STANZAS,
          "corrupt_padding", Spoilt.WAYS);

  private static final long USUAL_LOCK_SECONDS = 3600;

  private final World world;
  private final Mischief mischief;

  public FaultDesk(Network network) {
    this.world = network.world();
    this.mischief = network.mischief();
  }

  /// `device`: `phone:device` or a JID; empty for every device, which faults that are done at once
  /// don't allow. With a `rate` in the settings the fault is drawn at random.
  public Fault give(
      String fault, Optional<String> device, int count, Map<String, Object> settings) {
    return Waiting.on(world.loop().submit(() -> given(fault, device, count, settings)));
  }

  private Fault given(
      String fault, Optional<String> device, int count, Map<String, Object> settings) {
    if (count < 1) {
      throw new Refused(400, "not_a_count", "count", "A count is 1 or more.");
    }
    boolean atOnce = mischief.acts().contains(fault);
    if (!atOnce && !WAITING.contains(fault)) {
      throw new Refused(400, "unknown_fault", "fault", "There is no such fault: " + known());
    }
    check(fault, settings);
    var target = device.map(this::device);
    if (settings.containsKey("rate")) {
      return atRandom(fault, target, count, settings);
    }
    if (atOnce) {
      var on =
          target.orElseThrow(
              () -> new Refused(400, "no_device", "device", "This fault needs a device."));
      var done = new Fault(0, fault, Optional.of(on.key()), 1, settings);
      mischief.act(done, on);
      return done;
    }
    return world.faults().give(fault, target.map(Device::key), count, completed(fault, settings));
  }

  private Fault atRandom(
      String fault, Optional<Device> target, int count, Map<String, Object> settings) {
    double rate = settings.get("rate") instanceof Number given ? given.doubleValue() : 0;
    if (!(rate > 0 && rate <= 1)) {
      throw new Refused(400, "not_a_rate", "rate", "A rate is above 0 and at most 1.");
    }
    var per = String.valueOf(settings.getOrDefault("per", ""));
    var occasion =
        Occasion.named(per)
            .orElseThrow(
                () -> new Refused(400, "unknown_occasion", "per", "login, stanza or second."));
    var drawn =
        world
            .faults()
            .giveAtRandom(
                fault, target.map(Device::key), count, completed(fault, settings), occasion, rate);
    mischief.tick();
    return drawn;
  }

  private static void check(String fault, Map<String, Object> settings) {
    var ways = WAYS.getOrDefault(fault, Set.of());
    if (settings.get("how") instanceof String how && !ways.contains(how)) {
      throw new Refused(400, "unknown_way", "how", "One of: " + new TreeSet<>(ways));
    }
    settings.forEach(
        (name, value) -> {
          if (value instanceof Number number && number.doubleValue() < 0) {
            throw new Refused(400, "negative", name, "The value of " + name + " is below 0.");
          }
        });
  }

  /// How long a lock lasts counts from now on.
  private Map<String, Object> completed(String fault, Map<String, Object> settings) {
    if (!fault.equals("new_chats_locked") || settings.containsKey("until")) {
      return settings;
    }
    var complete = new HashMap<>(settings);
    long seconds =
        settings.get("seconds") instanceof Number given ? given.longValue() : USUAL_LOCK_SECONDS;
    complete.put("until", world.now() + seconds);
    return complete;
  }

  private String known() {
    return String.join(", ", mischief.acts()) + ", " + String.join(", ", WAITING);
  }

  private Device device(String text) {
    var jid = text.contains("@") ? Jid.tryParse(text) : Jid.tryParse(text + "@" + Jid.PHONE_SERVER);
    return jid.flatMap(world::device)
        .orElseThrow(
            () -> new Refused(404, "unknown_device", "device", "There is no such device."));
  }

  /// What has happened, behind a sequence number.
  public List<FaultLog.Entry> log(long after, int most) {
    return Waiting.on(world.loop().submit(() -> world.faults().log().after(after, most)));
  }

  /// Those that are still waiting, and those that are drawn at random.
  public List<Fault> list() {
    return Waiting.on(world.loop().submit(() -> world.faults().list()));
  }

  public void clear() {
    Waiting.on(
        world
            .loop()
            .submit(
                () -> {
                  world.faults().clear();
                  return true;
                }));
  }

  public void clear(long number) {
    Waiting.on(
        world
            .loop()
            .submit(
                () -> {
                  if (!world.faults().clear(number)) {
                    throw new Refused(404, "unknown_fault", "number", "There is no such fault.");
                  }
                  return true;
                }));
  }
}
