package holdfast.gateway.http;

import holdfast.session.Status;
import holdfast.store.Account;
import holdfast.store.Control;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// How a session stands, as `GET …/status` says it (R28).
final class StatusView {
  private StatusView() {}

  static Map<String, Object> of(Status status, Instant now) {
    var view = new LinkedHashMap<String, Object>();
    view.put("state", status.state());
    view.put("reason", status.reason());
    view.put("connected", status.connected());
    view.put("wanted", status.wanted());
    view.put("canSend", status.canSend());
    view.put("canSendReason", status.traffic().canSendReason());
    view.put("authPaired", status.account().isPresent());
    view.put("qrAvailable", status.prompt().flatMap(Status.Prompt::qr).isPresent());
    view.put("account", status.account().map(StatusView::account));
    traffic(view, status.traffic(), now);
    trouble(view, status.trouble(), now);
    view.put("generation", status.generation());
    return view;
  }

  private static void traffic(Map<String, Object> view, Status.Traffic traffic, Instant now) {
    view.put("verifiedAt", traffic.verifiedAt());
    view.put("probe", traffic.probe());
    view.put("connectedSince", traffic.connectedSince());
    view.put("uptime", traffic.connectedSince().map(since -> since(since, now)));
    view.put("lastReceivedAt", traffic.lastReceivedAt());
    view.put("lastReceivedAge", traffic.lastReceivedAt().map(since -> since(since, now)));
    view.put("lastSentAt", traffic.lastSentAt());
    view.put("lastSentAge", traffic.lastSentAt().map(since -> since(since, now)));
  }

  private static void trouble(Map<String, Object> view, Status.Trouble trouble, Instant now) {
    view.put("reconnectAttempts", trouble.reconnectAttempts());
    view.put("nextAttemptAt", trouble.nextAttemptAt());
    view.put("conflicts", trouble.conflicts());
    view.put("coolDownEndsAt", trouble.coolDownEnds());
    view.put("coolDownLeft", trouble.coolDownEnds().map(end -> since(now, end)));
    view.put("lastDisconnect", trouble.lastDisconnect().map(StatusView::disconnect));
  }

  private static Duration since(Instant from, Instant to) {
    return from.isBefore(to)
        ? Duration.ofSeconds(Duration.between(from, to).toSeconds())
        : Duration.ZERO;
  }

  static Map<String, Object> account(Account account) {
    var view = new LinkedHashMap<String, Object>();
    view.put("jid", account.jid().bare().toString());
    view.put(
        "phone",
        account.jid().isPhone() ? Optional.of("+" + account.jid().user()) : Optional.empty());
    view.put("lid", account.lid().bare().toString());
    view.put("pushName", account.pushName());
    view.put("device", account.jid().device());
    view.put("platform", account.platform());
    return view;
  }

  private static Map<String, Object> disconnect(Control.Disconnect end) {
    var view = new LinkedHashMap<String, Object>();
    view.put("code", end.code());
    view.put("reason", end.reason());
    view.put("text", end.text());
    view.put("at", end.at());
    view.put("generation", end.generation());
    return view;
  }
}
