package holdfast.session;

import holdfast.message.Pacing;
import holdfast.pairing.Device;
import java.time.Duration;

/// What a session is told about itself from outside; may change between batches.
///
/// `firstPreKeys`: how many one-time prekeys the first upload brings (812 as WhatsApp Web does).
/// `queryTimeout`: R20.
public record Settings(
    Device device, Policy policy, Pacing pacing, int firstPreKeys, Duration queryTimeout) {
  public static final int FIRST_PREKEYS = 812;

  public static Settings of(Device device) {
    return new Settings(
        device, Policy.MANAGED, Pacing.CAREFUL, FIRST_PREKEYS, Duration.ofMinutes(1));
  }

  public Settings with(Policy other) {
    return new Settings(device, other, pacing, firstPreKeys, queryTimeout);
  }

  public Settings with(Pacing other) {
    return new Settings(device, policy, other, firstPreKeys, queryTimeout);
  }

  public Settings with(Device other) {
    return new Settings(other, policy, pacing, firstPreKeys, queryTimeout);
  }
}
