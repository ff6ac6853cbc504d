package holdfast.gateway.http;

import holdfast.gateway.outbox.Recipient;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.session.Status;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;

/// Linking an account: the QR in every form that a person can scan, and the pairing code (R9, R10).
final class LinkRoutes {
  private static final Duration CODE_WAIT = Duration.ofMinutes(1);
  private static final int LONGEST_NUMBER = 40;
  private static final int OK = 200;

  private final Tenancy tenancy;

  LinkRoutes(Tenancy tenancy) {
    this.tenancy = tenancy;
  }

  List<Route> routes() {
    return List.of(
        Route.tenant("GET", "/v1/tenants/{tenant}/qr", this::qr),
        Route.tenant("POST", "/v1/tenants/{tenant}/pairing-code", this::pairingCode));
  }

  private void qr(Context request) {
    var prompt = tenancy.session(request).status().prompt().filter(p -> p.qr().isPresent());
    if (prompt.isEmpty()) {
      throw Refusal.of(Problem.NO_QR, "there is no QR to scan now: start the tenant first");
    }
    request.header("Cache-Control", "no-store");
    var text = prompt.get().qr().orElseThrow();
    switch (Accepted.of(
        request, List.of("application/json", "image/png", "image/svg+xml", "text/plain"))) {
      case "image/png" -> request.contentType("image/png").result(QrPicture.of(text).png());
      case "image/svg+xml" -> request.contentType("image/svg+xml").result(QrPicture.of(text).svg());
      case "text/plain" ->
          request.contentType("text/plain; charset=utf-8").result(QrPicture.of(text).text());
      default -> json(request, prompt.get());
    }
  }

  private static void json(Context request, Status.Prompt prompt) {
    var answer = new LinkedHashMap<String, Object>();
    answer.put("qr", prompt.qr());
    answer.put("expiresAt", prompt.expiresAt());
    Answers.json(request, OK, answer);
  }

  private void pairingCode(Context request) {
    var body = Body.of(request);
    var phone = body.text("phone", LONGEST_NUMBER);
    body.end();
    var number = digits(phone);
    var session = tenancy.session(request);
    var outcome = Tenancy.ask(session, caller -> new Input.RequestCode(caller, number), CODE_WAIT);
    switch (outcome) {
      case Outcome.Code code -> {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("code", code.code());
        answer.put("expiresAt", code.expiresAt());
        Answers.json(request, OK, answer);
      }
      case Outcome.AlreadyLinked _, Outcome.AlreadyConnected _ ->
          throw Refusal.of(Problem.ALREADY_LINKED);
      case Outcome.CoolingDown cooling -> throw LifeRoutes.coolingDown(cooling);
      case Outcome.StartFailed failed ->
          throw Refusal.of(Problem.LINKING_FAILED, failed.reason())
              .with("reason", failed.reason())
              .with("disconnectCode", failed.code());
      case Outcome.StartInProgress _ -> throw Refusal.of(Problem.TIMED_OUT);
      default -> throw Refusal.of(Problem.LINKING_FAILED, "the attempt ended");
    }
  }

  private static String digits(String phone) {
    return switch (Recipient.ofPhone(phone)) {
      case Recipient.Known known -> known.jid().user();
      case Recipient.Wrong wrong ->
          throw Refusal.of(Problem.INVALID_PHONE_NUMBER, "phone " + wrong.reason());
    };
  }
}
