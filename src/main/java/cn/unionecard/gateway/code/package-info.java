/**
 * Member codes: the twenty digits a phone shows and a till scans.
 *
 * <p>Takes scanned text, keys and a time; gives the cards the code can mean and whether its
 * one-time password holds. Never does I/O, never reads a clock, never knows whether a card exists.
 */
@NullMarked
package cn.unionecard.gateway.code;

import org.jspecify.annotations.NullMarked;
