package holdfast.pairing;

import com.google.protobuf.ByteString;
import holdfast.crypto.Digests;
import holdfast.proto.ClientPayload;
import holdfast.proto.DeviceProps;
import holdfast.store.Account;
import holdfast.store.Credentials;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The ClientPayload inside the handshake's last message: who connects, and why. Source: protocol
/// page 01 § 7; vectors `client-payload.json`.
public final class Payloads {
  private Payloads() {}

  /// For a companion that has no link yet.
  public static byte[] registration(Credentials credentials, Device device) {
    var signed = credentials.signedPreKey();
    var data =
        ClientPayload.DevicePairingRegistrationData.newBuilder()
            .setERegid(bigEndian(credentials.registrationId(), 4))
            .setEKeytype(ByteString.copyFrom(new byte[] {5}))
            .setEIdent(ByteString.copyFrom(credentials.identityKey().publicKey()))
            .setESkeyId(bigEndian(signed.id(), 3))
            .setESkeyVal(ByteString.copyFrom(signed.pair().publicKey()))
            .setESkeySig(ByteString.copyFrom(signed.signature()))
            .setBuildHash(
                ByteString.copyFrom(
                    Digests.md5(device.version().getBytes(StandardCharsets.US_ASCII))))
            .setDeviceProps(props(device).toByteString());
    return common(device)
        .setPassive(false)
        .setPull(false)
        .setDevicePairingData(data)
        .build()
        .toByteArray();
  }

  /// For a linked companion. `passive`: the server holds everything back until it is told `active`.
  public static byte[] login(Account account, Device device) {
    return common(device)
        .setUsername(Long.parseLong(account.jid().user()))
        .setDevice(account.jid().device())
        .setPassive(true)
        .setPull(true)
        .setLidDbMigrated(true)
        .build()
        .toByteArray();
  }

  private static ClientPayload.Builder common(Device device) {
    var version =
        ClientPayload.UserAgent.AppVersion.newBuilder()
            .setPrimary(2)
            .setSecondary(3000)
            .setTertiary((int) device.revision());
    var agent =
        ClientPayload.UserAgent.newBuilder()
            .setPlatform(ClientPayload.UserAgent.Platform.WEB)
            .setAppVersion(version)
            .setMcc("000")
            .setMnc("000")
            .setOsVersion("0.1")
            .setDevice("Desktop")
            .setOsBuildNumber("0.1")
            .setReleaseChannel(ClientPayload.UserAgent.ReleaseChannel.RELEASE)
            .setLocaleLanguageIso6391("en")
            .setLocaleCountryIso31661Alpha2("US");
    return ClientPayload.newBuilder()
        .setUserAgent(agent)
        .setWebInfo(
            ClientPayload.WebInfo.newBuilder()
                .setWebSubPlatform(ClientPayload.WebInfo.WebSubPlatform.WEB_BROWSER))
        .setConnectType(ClientPayload.ConnectType.WIFI_UNKNOWN)
        .setConnectReason(ClientPayload.ConnectReason.USER_ACTIVATED);
  }

  /// No full history is asked for: what a gateway needs is the present (and history blobs cost the
  /// phone dear).
  private static DeviceProps props(Device device) {
    var history =
        DeviceProps.HistorySyncConfig.newBuilder()
            .setStorageQuotaMb(10_240)
            .setInlineInitialPayloadInE2EeMsg(true)
            .setSupportCallLogHistory(false)
            .setSupportBotUserAgentChatHistory(true)
            .setSupportCagReactionsAndPolls(true)
            .setSupportBizHostedMsg(true)
            .setSupportRecentSyncChunkMessageCountTuning(true)
            .setSupportHostedGroupMsg(true)
            .setSupportFbidBotChatHistory(true)
            .setSupportMessageAssociation(true)
            .setSupportGroupHistory(false);
    return DeviceProps.newBuilder()
        .setOs(device.displayName())
        .setVersion(
            DeviceProps.AppVersion.newBuilder().setPrimary(10).setSecondary(15).setTertiary(7))
        .setPlatformType(DeviceProps.PlatformType.CHROME)
        .setRequireFullSync(false)
        .setHistorySyncConfig(history)
        .build();
  }

  private static ByteString bigEndian(int number, int length) {
    var bytes = ByteBuffer.allocate(4).putInt(number).array();
    return ByteString.copyFrom(bytes, 4 - length, length);
  }
}
