package holdfast.gateway.http;

import holdfast.crypto.Digests;
import holdfast.gateway.store.ApiKeys;
import holdfast.gateway.store.ApiKeys.ApiKey;
import holdfast.gateway.store.Ulid;
import holdfast.gateway.tenant.TenantId;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Who may do what (R29). A key is 256 random bits, so its SHA-256 is all that needs to be kept:
/// there is nothing to guess, and nothing to slow a guesser down for.
public final class Guard {
  private static final int KEY_LENGTH = 32;
  private static final String PREFIX = "hf_";
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final List<String> HEADERS = List.of("X-Api-Key", "X-Internal-Secret");
  private static final String BEARER = "Bearer ";
  private static final String PASS = "holdfast.pass";

  private final ApiKeys keys;
  private final Optional<byte[]> givenAdmin;

  /// `adminKey`: one that the operator has set, valid as long as it is set.
  public Guard(ApiKeys keys, Optional<String> adminKey) {
    this.keys = keys;
    this.givenAdmin = adminKey.map(Guard::hash);
  }

  /// What let a request in. `isValid`: whether it still would, since a key may be revoked while the
  /// answer goes on.
  record Pass(ApiKey key, BooleanSupplier isValid) {}

  /// A new key. Its text is shown once, here.
  public record Made(ApiKey entry, String text) {
    @Override
    public String toString() {
      return "Made[" + entry + "]";
    }
  }

  public static Made make(
      ApiKeys keys, String scope, Optional<String> tenant, String name, Instant now) {
    var bits = new byte[KEY_LENGTH];
    RANDOM.nextBytes(bits);
    var text = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    var entry = new ApiKey(Ulid.at(now), scope, tenant, name, now);
    keys.add(entry, hash(text));
    return new Made(entry, text);
  }

  private static byte[] hash(String key) {
    return Digests.sha256(key.getBytes(StandardCharsets.UTF_8));
  }

  /// @throws Refusal unless the request may take this route
  void check(Context request, Route route) {
    if (route.open()) {
      return;
    }
    var hash = presented(request).map(Guard::hash);
    var key = hash.flatMap(this::find);
    if (key.isEmpty()) {
      request.header("WWW-Authenticate", "Bearer");
      throw Refusal.of(Problem.UNAUTHORIZED, "send a key as Authorization: Bearer or as X-Api-Key");
    }
    if (!allows(key.get(), route, request)) {
      throw Refusal.of(Problem.FORBIDDEN);
    }
    request.attribute(PASS, new Pass(key.get(), () -> hash.flatMap(this::find).isPresent()));
  }

  /// What let this request in, on a route that isn't open.
  static Pass pass(Context request) {
    return Optional.ofNullable(request.<Pass>attribute(PASS))
        .orElseThrow(() -> new IllegalStateException("nobody has checked this request"));
  }

  private static boolean allows(ApiKey key, Route route, Context request) {
    var scope = Scope.of(key.scope());
    if (scope.equals(Optional.of(Scope.ADMIN))) {
      return true;
    }
    if (scope.isEmpty() || !route.scopes().contains(scope.get())) {
      return false;
    }
    var tenant = Optional.ofNullable(request.pathParamMap().get("tenant"));
    return scope.get() == Scope.METRICS
        || (tenant.isPresent() && (key.tenant().isEmpty() || key.tenant().equals(tenant)));
  }

  private Optional<ApiKey> find(byte[] hash) {
    if (givenAdmin.isPresent() && Digests.equal(givenAdmin.get(), hash)) {
      return Optional.of(
          new ApiKey("given", Scope.ADMIN.word(), Optional.empty(), "admin-key", Instant.EPOCH));
    }
    return keys.find(hash);
  }

  private static Optional<String> presented(Context request) {
    var authorization = request.header("Authorization");
    if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Optional.of(authorization.substring(BEARER.length()).strip());
    }
    return HEADERS.stream()
        .flatMap(name -> Optional.ofNullable(request.header(name)).stream())
        .findFirst();
  }

  /// The tenant that the path names. @throws Refusal when that can't be one
  static TenantId tenant(Context request) {
    return TenantId.parse(request.pathParam("tenant"))
        .orElseThrow(
            () ->
                Refusal.of(Problem.INVALID_REQUEST, "a tenant id must match " + TenantId.PATTERN));
  }
}
