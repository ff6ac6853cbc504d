package holdfast.sandbox.control;

import holdfast.sandbox.phone.Spoilt;
import holdfast.sandbox.server.Damage;
import holdfast.sandbox.server.Network;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Faults.Fault;
import holdfast.sandbox.world.Refused;
import holdfast.sandbox.world.World;
import holdfast.stanza.Jid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Faults on demand: those that happen at once, and those that wait for their occasion.
public final class FaultDesk {
  /// Something that is done to a device at once.
  @FunctionalInterface
  private interface Act {
    void on(Device device, Fault fault);
  }

  /// These wait in the world until what they concern happens; code there asks for them by name.
  private static final List<String> WAITING =
      List.of(
          "corrupt_frame",
          "corrupt_stanza",
          "corrupt_enc",
          "corrupt_padding",
          "withhold_acks",
          "withhold_iqs",
          "failure",
          "empty_pool",
          "app_state_conflict",
          "strict_duplicates");

  /// The ways to be chosen from with `how`.
  private static final Map<String, Set<String>> WAYS =
      Map.of(
          "corrupt_frame", Damage.OF_FRAMES,
          "corrupt_stanza", Damage.OF_STANZAS,
          "corrupt_padding", Spoilt.WAYS);

  private final World world;
  private final Map<String, Act> acts = new LinkedHashMap<>();

  public FaultDesk(Network network) {
    this.world = network.world();
    acts.put("drop", (device, _) -> network.end(device, Optional.empty()));
    acts.put(
        "stream_error",
        (device, fault) -> {
          int code = (int) fault.number("code", 503);
          var error = Network.streamError(code, fault.text("conflict"));
          network.end(device, Optional.of(error));
        });
    acts.put("device_removed", (device, _) -> network.remove(device));
  }

  /// `device`: `phone:device` or a JID; empty for every device, which only faults that wait allow.
  public Fault give(
      String fault, Optional<String> device, int count, Map<String, Object> settings) {
    return Waiting.on(world.loop().submit(() -> given(fault, device, count, settings)));
  }

  private Fault given(
      String fault, Optional<String> device, int count, Map<String, Object> settings) {
    if (count < 1) {
      throw new Refused(400, "not_a_count", "count", "A count is 1 or more.");
    }
    var target = device.map(this::device);
    var act = acts.get(fault);
    if (act != null) {
      var on =
          target.orElseThrow(
              () -> new Refused(400, "no_device", "device", "This fault needs a device."));
      var done = new Fault(0, fault, Optional.of(on.key()), 1, settings);
      act.on(on, done);
      return done;
    }
    if (!WAITING.contains(fault)) {
      throw new Refused(400, "unknown_fault", "fault", "There is no such fault: " + known());
    }
    var ways = WAYS.getOrDefault(fault, Set.of());
    if (settings.get("how") instanceof String how && !ways.contains(how)) {
      throw new Refused(400, "unknown_way", "how", "One of: " + new TreeSet<>(ways));
    }
    return world.faults().give(fault, target.map(Device::key), count, settings);
  }

  private String known() {
    return String.join(", ", acts.keySet()) + ", " + String.join(", ", WAITING);
  }

  private Device device(String text) {
    var jid = text.contains("@") ? Jid.tryParse(text) : Jid.tryParse(text + "@" + Jid.PHONE_SERVER);
    return jid.flatMap(world::device)
        .orElseThrow(
            () -> new Refused(404, "unknown_device", "device", "There is no such device."));
  }

  /// Those that are still waiting.
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
