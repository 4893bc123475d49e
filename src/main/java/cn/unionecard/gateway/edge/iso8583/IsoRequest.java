package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.model.TerminalId;

/**
 * A message that asks for something: read once, for all who work on it.
 *
 * @param message its other fields, to be read by whom they concern
 * @param field60 its kind and the terminal's batch, 0 when the terminal has none
 * @param service what it asks for
 * @param terminal whose it is, as the message says
 */
record IsoRequest(IsoMessage message, Field60Batch field60, Service service, TerminalId terminal) {}
