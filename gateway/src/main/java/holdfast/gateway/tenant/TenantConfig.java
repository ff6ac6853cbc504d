package holdfast.gateway.tenant;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.time.Duration;
import java.util.Optional;

/// What was decided for one tenant; what is absent follows the gateway's settings, also when those
/// change.
///
/// `reconnect`: `managed` or `manual` (R15). `maxDelay`: ISO 8601. `conflictMax`: R16. `perMinute`:
/// messages a minute (R35), 0 for no pacing.
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record TenantConfig(
    Optional<String> reconnect,
    Optional<String> maxDelay,
    Optional<Integer> conflictMax,
    Optional<Integer> perMinute) {
  public static final TenantConfig NONE =
      new TenantConfig(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /// As the store keeps it.
  public static TenantConfig parse(String json) {
    try {
      return JSON.readValue(json, TenantConfig.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tenant's kept configuration can't be read", e);
    }
  }

  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What `changes` says, and where it says nothing what this says.
  public TenantConfig with(TenantConfig changes) {
    return new TenantConfig(
        changes.reconnect.or(() -> reconnect),
        changes.maxDelay.or(() -> maxDelay),
        changes.conflictMax.or(() -> conflictMax),
        changes.perMinute.or(() -> perMinute));
  }

  /// With `standard` for what is absent.
  public Rules rules(Rules standard) {
    return new Rules(
        reconnect.map("managed"::equals).orElse(standard.managed()),
        maxDelay.map(Duration::parse).orElse(standard.maxDelay()),
        conflictMax.orElse(standard.conflictMax()),
        perMinute.orElse(standard.perMinute()),
        perMinute.isPresent() ? Rules.MINUTE : standard.window(),
        standard.coolDown());
  }

  /// What holds for a session. `perMinute`: messages in each `window`, 0 when there is no pacing.
  public record Rules(
      boolean managed,
      Duration maxDelay,
      int conflictMax,
      int perMinute,
      Duration window,
      Duration coolDown) {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration COOL_DOWN = Duration.ofSeconds(30);

    /// With the usual window and cool-down.
    public Rules(boolean managed, Duration maxDelay, int conflictMax, int perMinute) {
      this(managed, maxDelay, conflictMax, perMinute, MINUTE, COOL_DOWN);
    }
  }
}
